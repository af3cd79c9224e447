"""User management as FastAPI applications have it: its own tables, bcrypt with cost 12, a JWT signed with HS256."""

import asyncio
import re
import sys
import time
import uuid
from importlib.metadata import version
from typing import Annotated

import bcrypt
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, EmailStr, Field, field_validator
from sqlalchemy import String, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import commands

SECRET = "a secret of thirty-two characters"
COST = 12


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    email: Mapped[str] = mapped_column(String(254), unique=True, index=True)
    nickname: Mapped[str] = mapped_column(String(50), unique=True, index=True)
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20), default="AUTHENTICATED")
    hashed_password: Mapped[str] = mapped_column(String(60))
    failed_login_attempts: Mapped[int] = mapped_column(default=0)
    last_login_at: Mapped[float | None]
    created_at: Mapped[float] = mapped_column(default=time.time)


class UserCreate(BaseModel):
    email: EmailStr
    nickname: str = Field(min_length=3, max_length=50)
    password: str = Field(min_length=8)

    @field_validator("nickname")
    @classmethod
    def plain(cls, value):
        if not re.fullmatch(r"[\w-]+", value):
            raise ValueError("letters, digits, _ and - only")
        return value


class UserView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    email: EmailStr
    nickname: str
    first_name: str | None
    last_name: str | None
    role: str
    last_login_at: float | None
    created_at: float


class UserPage(BaseModel):
    items: list[UserView]
    total: int
    page: int
    size: int


# As many connections as the load has callers, and time to wait for the one that writes: with the defaults (15, and five
# seconds) it answers 500 while they wait for each other, because a hash keeps the writer from its commit.
engine = create_async_engine(
    f"sqlite+aiosqlite:///{commands.database()}", pool_size=64, pool_timeout=300, connect_args={"timeout": 300}
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
scheme = OAuth2PasswordBearer(tokenUrl="login")
app = FastAPI()


async def session():
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


async def caller(token: Annotated[str, Depends(scheme)], db: Session):
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"}) from None
    user = await db.get(User, claims["sub"])
    if user is None:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
    return user


Caller = Annotated[User, Depends(caller)]


@app.post("/register/", response_model=UserView)
async def register(sent: UserCreate, db: Session):
    if await db.scalar(select(User).where(User.email == sent.email)):
        raise HTTPException(400, "User with given email already exists.")
    hashed = bcrypt.hashpw(sent.password.encode(), bcrypt.gensalt(COST)).decode()
    user = User(email=sent.email, nickname=sent.nickname, hashed_password=hashed)
    db.add(user)
    await db.commit()
    return user


@app.post("/login/")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Session):
    user = await db.scalar(select(User).where(User.email == form.username))
    # In the handler itself, as such applications have it: nothing else is answered meanwhile.
    if user is None or not bcrypt.checkpw(form.password.encode(), user.hashed_password.encode()):
        raise HTTPException(401, "Incorrect email or password.")
    user.failed_login_attempts = 0
    user.last_login_at = time.time()
    await db.commit()
    claims = {"sub": user.id, "role": user.role, "exp": int(time.time()) + 86_400}
    return {"access_token": jwt.encode(claims, SECRET, "HS256"), "token_type": "bearer"}


@app.get("/myaccount", response_model=UserView)
async def my_account(user: Caller):
    return user


@app.get("/users/", response_model=UserPage)
async def users(user: Caller, db: Session, skip: int = 0, limit: int = 10):
    if user.role != "ADMIN":
        raise HTTPException(403, "Operation not permitted")
    total = await db.scalar(select(func.count()).select_from(User))
    found = await db.scalars(select(User).order_by(User.created_at, User.id).offset(skip).limit(limit))
    items = list(found)
    return {"items": items, "total": total, "page": skip // limit + 1, "size": len(items)}


async def make_tables():
    async with engine.begin() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


def prepare():
    asyncio.run(make_tables())


def seed_with():
    hashed = bcrypt.hashpw(commands.PASSWORD.encode(), bcrypt.gensalt(COST)).decode()
    insert = (
        "INSERT INTO users (id, email, nickname, first_name, last_name, role, hashed_password, failed_login_attempts, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)"
    )

    def row(number, key):
        role = "ADMIN" if number == 0 else "AUTHENTICATED"
        names = (f"First{number % 997}", f"Last{number % 4999}")
        return (str(key), commands.address(number), f"person{number}", *names, role, hashed, 1.7e9 + number)

    return insert, row


HASHED = bcrypt.hashpw(commands.PASSWORD.encode(), bcrypt.gensalt(COST)) if sys.argv[1:2] == ["hash"] else b""


def hash_work():
    bcrypt.checkpw(commands.PASSWORD.encode(), HASHED)


def versions():
    names = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "uvicorn", "SQLAlchemy", "bcrypt"))
    return f"{names}; bcrypt, cost {COST}"


if __name__ == "__main__":
    commands.run("application:app", versions, hash_work, seed_with, prepare)
